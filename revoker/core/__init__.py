"""Pure values and rules: the standard library alone, no clock, no input or output; nothing here awaits."""
