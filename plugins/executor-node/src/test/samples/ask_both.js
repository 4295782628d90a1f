exports.handler = async (event, context) => {
  await Promise.all([context.sleep(1), context.sleep(2)]);
  return 'both';
};
