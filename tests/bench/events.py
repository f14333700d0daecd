"""What an event costs Dagster: `deno run -A tests/bench/events.ts` starts it.

Runs a script that sends log messages under Dagster's own subprocess client, on an instance with SQLite as `dagster dev` has
it, and prints for each number of messages how long the step took.
"""

import sys
import time
import warnings

import dagster as dg

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def main(counts, command):
    warnings.simplefilter("ignore")

    @dg.asset
    def logs(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
        return pipes.run(context=context, command=[*command, context.run.tags["messages"]]).get_results()

    with dg.instance_for_test() as instance:
        for count in counts:
            start = time.monotonic()
            dg.materialize(
                [logs],
                resources={"pipes": dg.PipesSubprocessClient()},
                instance=instance,
                tags={"messages": str(count)},
                run_config=QUIET,
            )
            print(count, time.monotonic() - start, flush=True)


main([int(count) for count in sys.argv[1].split(",")], sys.argv[2:])
