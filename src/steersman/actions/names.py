"""Names that templates make: --name-template. Helm 4: action/install.go TemplateName."""

from __future__ import annotations


def from_template(template: str) -> str:
    """The release's name that a Go template gives; all of sprig is there, but no values. Raises TemplateError."""
    import os
    import time

    from steersman.actions.world import local_zone
    from steersman.rendering.names import render_name

    return render_name(template, now=time.time_ns, random=os.urandom, zone=local_zone(), environ=os.environ)
