exports.handler = async () => {
  console.log('one');
  console.log('two');
  return 'done';
};
