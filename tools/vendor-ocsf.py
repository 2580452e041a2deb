"""JSON Schemas of the OCSF classes that events are mapped to, as libs/audit-events/ocsf/README.md says.

The published schema of OCSF 1.8.0 (https://schema.ocsf.io/1.8.0/export/v2/schema) and the compiler to JSON Schema
come with the package ocsf-json-schema from PyPI: pip install ocsf-json-schema==1.2.0
"""

import json
import pathlib

from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSION = "1.8.0"
CLASSES = {
    "api_activity": ["security_control"],
    "authentication": [],
    "entity_management": [],
    "application_lifecycle": [],
}

folder = pathlib.Path(__file__).parent.parent / "libs/audit-events/ocsf" / VERSION
folder.mkdir(parents=True, exist_ok=True)
compiler = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
for name, profiles in CLASSES.items():
    schema = compiler.get_class_schema(name, profiles)
    (folder / f"{name}.json").write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n")
