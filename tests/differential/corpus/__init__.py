"""The corpus of the differential test: tokens, each with the key and the settings to judge it by."""
