"""What can change while the tenant runs; `table.CONTROLS` is the list, `control` describes it."""
