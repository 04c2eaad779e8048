"""What pmhub costs: whole runs of the real program against stand-ins of the services in a process of their own."""
