"""What a user reads of each fault: its example, and cases by stage, each with its message."""
