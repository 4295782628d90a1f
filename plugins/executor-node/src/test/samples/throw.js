exports.handler = async () => {
  throw new Error('out of cheese');
};
