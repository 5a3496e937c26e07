"""What lives in the directory: the app registration, the permissions, the app roles."""
