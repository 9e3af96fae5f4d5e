% Octave reads the .mat files that we write, and we those that Octave writes.
%
%     octave-cli octave_matrix_files.m PROGRAM FOLDER
%
% PROGRAM (roundtrip.cpp) copies a matrix from one format to another.

arguments = argv ();
program = arguments{end - 1};
folder = arguments{end};

function copy (program, source, target, varargin)
  words = sprintf (" '%s'", program, source, target, varargin{:});
  assert (system (words), 0);
endfunction

matrices = {sparse([1 4 2 3], [1 1 2 5], [0.1 -1/3 realmin/8 realmax], 4, 6), ...
            sparse(3, 4), sparse(0, 4), sparse(4, 0), sprandn(300, 200, 0.05), ...
            sparse([1 2], [2 1], [1+2i -3i]), sparse([1 1 1], 1:3, [Inf -Inf NaN])};

count = 0;
for k = 1:numel (matrices)
  A = matrices{k};
  for version = {"-v6", "-v7"}
    for order = {"csr", "csc"}
      for compression = {"stored", "deflated"}
        other = ones (3);
        from = fullfile (folder, "in.mat");
        to = fullfile (folder, "out.mat");
        save (version{1}, from, "other", "A");
        kind = "real";
        if (iscomplex (A))
          kind = "complex";
        endif
        copy (program, from, to, order{1}, "32", compression{1}, kind);
        read = load (to);
        assert (issparse (read.W));
        assert (size (read.W), size (A));
        assert (nnz (read.W), nnz (A));
        assert (isequaln (read.W, A));
        count += 1;
      endfor
    endfor
  endfor
endfor

% The other formats that Octave saves are named.
A = speye (3);
for format = {"-text", "Octave's text format"; "-binary", "Octave's binary format"; ...
              "-v4", "MATLAB 4"; "-hdf5", "HDF5"}'
  from = fullfile (folder, "in.mat");
  save (format{1}, from, "A");
  command = sprintf (" '%s'", program, from, fullfile (folder, "out.mat"), "csr", "32", "stored");
  [code, message] = system ([command " 2>&1"]);
  assert (code, 1);
  assert (! isempty (strfind (message, ["got " format{2} "; save it with -v7"])), message);
endfor

% Of a variable that was saved twice the last is read, as Octave does.
A = speye (3);
B = 7;
save ("-v6", from, "A", "B");
A = sparse ([2 2], [1 3], [5 6]);
save ("-v6", "-append", from, "A");
copy (program, from, to, "csr", "32", "stored", "real");
assert (isequal (load (to).W, A));
assert (isequal (load (from).A, A));

printf ("%d matrices\n", count);
