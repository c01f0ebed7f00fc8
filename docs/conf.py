"""The project's own documentation, built with its own extension: each figure on these pages is derived."""

import symbolic

project = "symbolic-explainer"
version = release = symbolic.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "symbolic.sphinx_ext"]
source_suffix = {".md": "markdown"}
author = "The authors of symbolic-explainer"
html_theme = "furo"
html_title = "symbolic-explainer"
html_show_copyright = False
latex_elements = {"extraclassoptions": "openany,oneside"}
html_extra_path = ["../output"]  # the gallery, at the addresses that these pages link
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
suppress_warnings = ["myst.xref_missing"]  # links into the repository, which stand on these pages too
