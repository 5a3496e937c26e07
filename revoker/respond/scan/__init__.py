"""A run over a scope reads the directory page by page: first to plan users, then to verify them by listing."""
