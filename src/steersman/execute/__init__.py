"""The pump: take the free steps of a plan, do them through ports, feed the results back, and tell what happens as events.

    for event in (running := Run(plan, ports, deadline)): show(event)
    running.outcome

Steps run in a bounded number of threads; everything that a caller sees comes out of one iterator, in one thread. Nothing here
decides what to do: the plan did.
"""
