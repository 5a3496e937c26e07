"""`make bench ARGS=compare`: this project beside its alternatives, on one simulated tenant each, in one run.

`scenario` and `contestant` say what is played and by which program; `stage` starts a tenant; `script` and `service` run
a contestant; `judgement` judges by the tenant's journal; `growth`, `cost` and `profile` measure this project alone;
`page` and `picture` write what came out. `command` is the entry.
"""
