console.log('loading');

exports.handler = async (event) => event;
