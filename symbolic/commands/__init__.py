"""The commands: one file each, found by listing this folder. A module without a leading underscore has `COMMAND`."""
