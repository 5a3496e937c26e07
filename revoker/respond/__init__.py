"""The use cases, one file a stage; each is given what it needs and knows no Azure."""
