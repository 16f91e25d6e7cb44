"""
How `make docs` builds the pages: MyST in, one folder of HTML out that needs no network.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "milestone-ledger 节点台账"
author = "the authors of milestone-ledger"
copyright = author  # noqa: A001 (Sphinx asks for it by this name)
language = "zh_CN"  # of what the theme says itself; pages are in the language of their readers
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "chinese_search",
    "members",
    "pages_elsewhere",
]
exclude_patterns = ["README.md", "_extensions"]  # the first is included by index.md

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = [
    "myst.header",  # reports quoted from the command line begin where they begin
]

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False

autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_typehints = "signature"
autodoc_inherit_docstrings = True
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
add_module_names = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False

nitpicky = True
nitpick_ignore_regex = [
    # Of other packages: their indexes would have to be fetched, and these pages are built without a network.
    (
        "py:(class|exc)",
        r"(altair|attrs|collections|concurrent|datetime|decimal|duckdb|enum|fractions|hypothesis|numpy|os|pathlib"
        r"|pd|pyspark|sqlalchemy|typing)\..*",
    ),
    # The same where an annotation names them without their package.
    (
        "py:class",
        r"date|datetime|Engine|SparkSession|DuckDBPyConnection|PathLike|Map|SchemaBase|Parameter|ColorName_T"
        r"|ChartDataType|AutosizeType_T|on\.Event",
    ),
    # The variable of a generic class.
    ("py:class", r".*\.OneOf_co"),
]
