"""A laptop's Azure: everything the responder needs around it to run for real without a subscription."""
