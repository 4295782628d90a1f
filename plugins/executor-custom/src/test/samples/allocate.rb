def handler(event:, context:)
  context.progress(0, "begun")
  held = []
  loop { held << "x" * (1 << 20) }
end
