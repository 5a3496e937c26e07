"""The operator's command: a client of the API that shares words with the app, and nothing else of it.

Reading order: ``table`` (the commands), ``typed`` (the command line: near misses, names, times, files, the body that
is sent), ``remote`` (the API: its address, the token, one request repeated until answered, what its errors mean),
``shown`` (what the operator sees), ``commands`` (one function a command), ``ending`` (exit codes). ``words`` is the
one module that imports from the app. Nothing of the app imports this package.
"""
