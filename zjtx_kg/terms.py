"""IRIs: the namespaces of the ontology and the names of the vocabulary that Python reads."""

from typing import Final

BASE: Final = "https://w3id.org/zjtx/"
NS: Final = BASE + "ns#"
INDICATOR: Final = BASE + "indicator/"
CONDITION: Final = BASE + "condition/"
POLICY: Final = BASE + "policy/"
TIER: Final = BASE + "tier/"
TITLE: Final = BASE + "title/"
AWARD: Final = BASE + "award/"
CLAUSE: Final = BASE + "clause/"
FIELD: Final = BASE + "field/"
CODE: Final = BASE + "code/"
UNIT: Final = BASE + "unit/"
PHRASE: Final = BASE + "phrase/"
SHAPES: Final = BASE + "shapes#"
EVIDENCE: Final = BASE + "evidence/"
MATERIAL: Final = BASE + "material/"
READING: Final = BASE + "reading/"
AREA: Final = BASE + "area/"
SUBSIDY: Final = BASE + "subsidy/"
QUESTIONNAIRE: Final = BASE + "questionnaire/"
LEVEL: Final = BASE + "level/"
SYSTEM: Final = BASE + "system/"
FORMULA: Final = BASE + "formula/"
FIGURE: Final = BASE + "figure/"
DL: Final = BASE + "dl/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
SH: Final = "http://www.w3.org/ns/shacl#"
ELI: Final = "http://data.europa.eu/eli/ontology#"
CCCEV: Final = "http://data.europa.eu/m8g/"
CPSV: Final = "http://purl.org/vocab/cpsv#"
QUDT: Final = "http://qudt.org/schema/qudt/"
QUNIT: Final = "http://qudt.org/vocab/unit/"
ORG: Final = "http://www.w3.org/ns/org#"
REGORG: Final = "http://www.w3.org/ns/regorg#"
VANN: Final = "http://purl.org/vocab/vann/"
VOID: Final = "http://rdfs.org/ns/void#"
VS: Final = "http://www.w3.org/2003/06/sw-vocab-status/ns#"
TIME: Final = "http://www.w3.org/2006/time#"

#: Prefixes of canonical Turtle; one table, so that the same IRI is written the same way in every file.
PREFIXES: Final[dict[str, str]] = {
    "z": NS,
    "i": INDICATOR,
    "unit": UNIT,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "sh": SH,
    "s": SHAPES,
    "eli": ELI,
    "cccev": CCCEV,
    "cpsv": CPSV,
    "qudt": QUDT,
    "qunit": QUNIT,
    "org": ORG,
    "rov": REGORG,
    "vann": VANN,
    "void": VOID,
    "vs": VS,
    "time": TIME,
}
