"""How far a goal is: what is below it on all levels, done and to do, how its tests stand, what is late and what blocks it."""

from pmhub.engine.rollup.forest import Forest
from pmhub.engine.rollup.node import Node, TestFact
from pmhub.engine.rollup.roll import Blocked, Rollup, Share, roll_up
from pmhub.engine.rollup.slip import Slip

__all__ = ["Blocked", "Forest", "Node", "Rollup", "Share", "Slip", "TestFact", "roll_up"]
