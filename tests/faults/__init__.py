"""What a user reads of each fault: one file of messages a program."""
