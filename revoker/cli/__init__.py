"""The operator's command: a client of the API that knows its words and nothing of the app behind it.

Reading order: ``arguments`` and ``run_body`` (what is asked), ``access`` (which API, as whom), ``client`` (one
question, asked until answered), ``waiting``, ``running``, ``reading`` and ``sweeping`` (one function a command),
``screen``, ``wording`` and ``problem`` (what is shown), ``ending`` (exit codes). Nothing of the app imports it.
"""
