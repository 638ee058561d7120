"""Where rollouts are played: in this process, or on the nodes of a cluster, with the same episodes."""
