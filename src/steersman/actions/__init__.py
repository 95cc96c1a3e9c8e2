"""The verbs: one module each, from a Request over events to a Result. The doors call these and nothing below.

result = finish(install.run(request, world))        every action that changes something yields events while it goes on
"""
