"""The deployment: what lives in Azure and in the directory, the package, and the commands that bring them there.

`main.bicep` is the map of what is made, each file in `modules/` one concern; `entra/` is what lives in the directory;
`sentinel/` what lives on the Sentinel workspace; `queries/` what is asked of the logs; `package/` builds what is
uploaded. docs/deploy.md is the page to follow.
"""
