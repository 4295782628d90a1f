def handler(event:, context:)
  context.progress(0, "begun")
  loop {}
end
