"""The use cases: a folder for each stage, and beside them what several stages use. None imports an Azure package."""
