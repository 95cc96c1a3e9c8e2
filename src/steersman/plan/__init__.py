"""The plan: every side effect an action will have, as data, before any of them happens.

    what is (records, live objects) + what is wanted (a manifest) ─build→ Plan ─execute→ Outcome ─after_failure→ Plan

A `Plan` is a set of steps with edges. `Walk` says which steps are free to run; `Waiting` turns observed objects into a verdict.
Nothing here does anything: no I/O, no clock. Recording is in the plan too: the pending record first, the verdict last, so that a
crash at any point leaves a record that names what was being done.
"""
