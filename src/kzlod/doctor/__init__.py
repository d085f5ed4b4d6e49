"""The doctor: reads a project and what a build makes of it, says what is missing or odd, in the order in which to mend it."""
