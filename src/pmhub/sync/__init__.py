"""The only place where engine, store and connectors meet: pull, bind, recover, absorb, plan, apply, run."""
