exports.handler = async (event, context) => context.waitEvent(
  'gts.x.core.faas.event.v1~order.paid.v1~', {filter: 'event.total > 10', timeoutMs: 3600000});
