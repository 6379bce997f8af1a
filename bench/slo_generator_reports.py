"""slo-generator's reports about all SLOs of a folder, as JSON: run by slo-generator's own interpreter.

python slo_generator_reports.py FOLDER CONFIG
"""

import json
import logging
import sys
from pathlib import Path

from slo_generator.compute import compute
from slo_generator.utils import load_config


def main(folder: str, config: str) -> None:
    logging.disable(logging.CRITICAL)
    shared = load_config(config)
    reports = {}
    for path in sorted(Path(folder).glob("*.yaml")):
        slo = load_config(str(path))
        try:
            reports[path.stem] = compute(slo, shared)
        except Exception as error:
            reports[path.stem] = f"{type(error).__name__}: {error}"
    json.dump(reports, sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
