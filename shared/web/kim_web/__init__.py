"""How a service faces people and programs: pages and forms, the JSON door, sign-in, policy, problems, health and metrics.

`app.create_app` puts it together from a service's `doors.Doors`. Nothing in here knows a service; the titles of roles and of the services in
the head of each page are its only words of the field.
"""
