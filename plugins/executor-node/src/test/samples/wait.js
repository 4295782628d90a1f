exports.handler = async (event, context) => {
  await context.sleep(60000);
  return 'slept';
};
