"""Helm's use of the template language: its functions, its dot, its order of templates and its error texts."""
