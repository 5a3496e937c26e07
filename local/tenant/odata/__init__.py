"""OData, the parts in use: addresses, filters, options, pages."""
