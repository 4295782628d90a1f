# Looks at a file without running it: a line of JSON for each problem.
require "json"
require "ripper"

path, function = ARGV
source = File.read(path, encoding: "UTF-8")

def problem(code, message, line = 0, remedy = nil)
  said = { "code" => code, "message" => message, "line" => line, "column" => 0 }
  said["remedy"] = remedy if remedy
  puts JSON.generate(said)
end

begin
  RubyVM::InstructionSequence.compile(source, path)
rescue SyntaxError => error
  line = error.message[/\A.+?:(\d+):/, 1] || error.message[/^>?\s*(\d+)\s*\|/, 1]
  problem("SYNTAX_ERROR", error.message.lines.first.to_s.sub(/\A#{Regexp.escape(path)}:/, "line ").strip, line.to_i)
  exit 0
end

# What the file defines at its top, unless it may define anything.
top = Ripper.sexp(source)[1]
name = function.split(".").last
defined = source.match?(/(?:\bdef\s+(?:self\.|\w+\.)?|define_method\W+|attr_\w+\s+:)#{Regexp.escape(name)}\b/)
loads = top.any? { |each| each[0] == :command && %w[require require_relative load eval].include?(each.dig(1, 1)) }
unless defined || loads
  problem("HANDLER_NOT_FOUND", "The handler \"#{function}\" is not defined", 0,
          "write: def #{name}(event:, context:)")
end
