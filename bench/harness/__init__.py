"""The load bench of Countersign: see ../README.md."""
