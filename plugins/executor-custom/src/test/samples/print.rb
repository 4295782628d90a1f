def handler(event:, context:)
  puts "one"
  puts "two"
  "done"
end
