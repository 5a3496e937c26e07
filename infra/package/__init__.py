"""Build the package that is deployed: the app and its locked dependencies for Azure's Python, in one archive.

`make package` (or `python -m infra.package`) reads `requirements.txt` and `requirements.lock` and writes
`dist/revoker-<version>.zip`. The steps, one module each:

1. `lock`: the part of the lock that the app needs at run time.
2. `install`: exactly those versions, checked by hash, as wheels for CPython 3.13 on Linux x86-64.
3. `cut`: what the app can never import stays out; `graph` finds what it can import.
4. `licences`, `bill`: the licence texts, and a CycloneDX bill of materials.
5. `archive`: one zip file; the same sources give the same bytes.
"""
