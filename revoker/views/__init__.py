"""What leaves the app: the JSON of the contract, warnings and evidence, made from values. Pure."""
