"""The JSON API below /api/v1, and what stands before every request, a page's as well.

app.py        the application: routes together, its OpenAPI document
shapes.py     what goes in and out
visitors.py   health, models, classify          for everybody
curators.py   jobs, uploads, exports, metrics   by token
people.py     who asks
problems.py   every error as problem+json
bodies.py     what is sent, read within limits
guard.py      cross-site requests, limits a minute, security headers, a line in the log
"""
