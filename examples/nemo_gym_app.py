"""The resources server of NeMo Gym over a gym, and the rows that its simple agent plays.

envfarm gym runs/mine                                                  # in EnvFarm's environment
python examples/nemo_gym_app.py rows http://127.0.0.1:8090 > rows.jsonl  # where NeMo Gym is

As `entrypoint` of a resources server, whose configuration has `gym: URL`, it serves.
"""

import json
import sys

from envfarm_gym import Gym
from envfarm_gym.nemo_gym import FarmServer, rows

if __name__ == "__main__":
    if sys.argv[1:2] == ["rows"]:
        gym = Gym(sys.argv[2])
        for row in rows(gym, gym.tasks()):
            print(json.dumps(row))
    else:
        FarmServer.run_webserver()
