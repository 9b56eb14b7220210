"""What others have published, circuits from the field, and files of version 0.1."""
