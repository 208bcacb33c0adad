"""How a service faces people and programs: pages and forms, the JSON door, sign-in, policy, problems, health and metrics.

`app.create_app` puts it together from a service's `doors.Doors`. Nothing in here knows a service; its only words of the field are the
titles of roles and services.
"""
