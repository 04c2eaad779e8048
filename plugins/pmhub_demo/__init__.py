"""`pmhub demo`: an application that starts both simulators, fills them with a backlog, and drives pmhub as a child process."""
