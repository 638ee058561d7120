"""Evaluate a gym in Inspect, with a model that knows and with one that gives up; print the scores.

`python play.py GYM ENDPOINT IDLE LATE EXAMPLES LOGS`, with the folder of the client in PYTHONPATH.
"""

import json
import sys

from inspect_ai import eval
from inspect_ai.model import get_model


def main(gym: str, endpoint: str, idle: str, late: str, examples: str, logs: str) -> None:
    sys.path.insert(0, examples)
    from inspect_task import envfarm  # noqa: PLC0415  # the example is what is tried

    report = {}
    for name, url, place in (("told", endpoint, gym), ("idle", idle, gym), ("late", endpoint, late)):
        model = get_model(f"openai-api/told/{name}", base_url=url, api_key="none")
        (log,) = eval(envfarm(place), model=model, log_dir=logs, display="none")
        assert log.samples is not None
        report[name] = {
            "status": log.status,
            "scores": [sample.scores["reward"].value for sample in log.samples if sample.scores],
            "errors": [sample.error.message for sample in log.samples if sample.error],
            "why": [sample.scores["reward"].explanation for sample in log.samples if sample.scores],
        }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
