"""The commands, one module each: ``configure`` adds the arguments, ``run`` gives the exit code."""
