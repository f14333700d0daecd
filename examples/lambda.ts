/**
 * A function for AWS Lambda that Dagster's `PipesLambdaClient` invokes. What Dagster has to say
 * comes in the event, beside the function's own input.
 *
 * ```py
 * @dg.asset
 * def orders(context: dg.AssetExecutionContext, pipes: PipesLambdaClient):
 *     event = {"min_price": 1.0}
 *     return pipes.run(context=context, function_name="orders", event=event).get_results()
 * ```
 *
 * Dagster reads the last 4 KB of the function's log. The messages come last there, so nothing that is
 * printed earlier pushes them out.
 *
 * @module
 */
import { PipesMappingParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";

/** What the function takes of its event. */
export interface OrdersEvent {
  /** The least price of an order. */
  readonly min_price: number;
}

/** What was made when the function started; a warm one has it already. */
const ORDERS: readonly { readonly item: string; readonly price: number }[] = [
  { item: "pencil", price: 0.4 },
  { item: "notebook", price: 3.5 },
  { item: "satchel", price: 39 },
];

/** What Lambda calls, once for each invocation. */
export async function handler(
  event: OrdersEvent & Record<string, unknown>,
): Promise<{ rows: number }> {
  const paramsLoader = new PipesMappingParamsLoader(event);
  return await withDagsterPipes({ paramsLoader }, (pipes) => {
    const dear = ORDERS.filter(({ price }) => price >= event.min_price);
    console.log(`keeping ${dear.length} of ${ORDERS.length} orders`);
    pipes.log.info(`orders from ${event.min_price} on`);
    pipes.reportAssetMaterialization({ metadata: { rows: dear.length } });
    pipes.reportAssetCheck({ checkName: "fresh", passed: dear.length > 0 });
    return { rows: dear.length };
  });
}
